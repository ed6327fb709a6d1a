/** Better Auth's endpoints. */
import { answerAuth } from '../../../../auth/answer.js'
import { getAuth } from '../../../../auth/running.js'

function answer(request: Request): Promise<Response> {
  return answerAuth(getAuth(), request)
}

export {
  answer as DELETE,
  answer as GET,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
}
