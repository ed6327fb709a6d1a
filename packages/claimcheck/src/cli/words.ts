/** Words that several commands use. */

/** `in 14 min`, `3 days ago`; from seconds. */
export function toSpan(seconds: number): string {
  const size = Math.abs(seconds)
  const [count, unit] =
    size < 120
      ? [size, 's']
      : size < 7_200
        ? [size / 60, 'min']
        : size < 172_800
          ? [size / 3_600, 'h']
          : [size / 86_400, 'days']
  const text = `${Math.round(count)} ${unit}`
  return seconds < 0 ? `${text} ago` : `in ${text}`
}

const personal = new Set([
  ...['email', 'emailVerified', 'email_verified', 'name', 'image', 'picture', 'phoneNumber'],
  ...['given_name', 'family_name', 'preferred_username', 'username', 'address', 'birthdate'],
])

/** Whether a claim of that name says more of a person than an id does. */
export function isPersonal(claim: string): boolean {
  return personal.has(claim)
}
