/** A reason not to start, in a sentence for whoever starts the app; it never repeats a value. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
