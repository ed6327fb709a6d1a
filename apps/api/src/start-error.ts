/** A reason not to start, said in sentences for the person who starts the API. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
