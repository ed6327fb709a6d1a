import { answer } from './api.js'

/** What the server in front of the page calls for each request. Two headers of a name reach it as one. */
globalThis.answerForPage = async (url, headers) => {
  const response = await answer(new Request(url, { headers }))
  return {
    status: response.status,
    headers: [...response.headers],
    body: await response.text(),
  }
}
