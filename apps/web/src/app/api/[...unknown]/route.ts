/** Every other address under /api. */
import { toProblem } from '../../../auth/problem.js'

function refuse(): Response {
  return toProblem('not_found')
}

export {
  refuse as DELETE,
  refuse as GET,
  refuse as OPTIONS,
  refuse as PATCH,
  refuse as POST,
  refuse as PUT,
}
