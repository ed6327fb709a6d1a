/** How long the fields of an account may be, in the forms and on the server. */

/** Characters. */
export const longest = {
  name: 200,
  /** RFC 5321 §4.5.3.1.3 allows 256 with the angle brackets around them. */
  email: 254,
  password: 128,
} as const

export const SHORTEST_PASSWORD = 8
