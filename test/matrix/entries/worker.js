import { answer } from './api.js'

// biome-ignore lint/style/noDefaultExport: what workerd asks of a module
export default { fetch: answer }
