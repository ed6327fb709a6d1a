// Around the inspector: the frame of the account pages.

export { default } from '../account/layout.js'
