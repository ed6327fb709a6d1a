/** Better Auth's endpoints. */
import { answerAuth } from '../../../../auth/answer.js'

export const GET = answerAuth
export const POST = answerAuth
export const PUT = answerAuth
export const PATCH = answerAuth
export const DELETE = answerAuth
export const OPTIONS = answerAuth
