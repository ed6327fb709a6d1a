import { answer } from './api.js'

addEventListener('fetch', (event) => event.respondWith(answer(event.request)))
