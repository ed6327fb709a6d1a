/**
 * The fingerprint of RSA keys whose primes were made by Infineon's library (ROCA, CVE-2017-15361): cheap to factor.
 * Nemec, Sys, Svenda, Klinec, Matyas: The Return of Coppersmith's Attack, 2017, §2.3.
 */

/** The first odd primes. An honest modulus passes as one of those with a chance of less than one in 2^100. */
const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
  103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]

/** Those primes are powers of 65537 modulo each small prime, and so is their product. */
export function hasWeakPrimes(modulus: Uint8Array): boolean {
  return primes.every((prime) => isPowerOfExponent(toRemainder(modulus, prime), prime))
}

function toRemainder(bytes: Uint8Array, prime: number): number {
  return bytes.reduce((remainder, byte) => (remainder * 256 + byte) % prime, 0)
}

function isPowerOfExponent(remainder: number, prime: number): boolean {
  const factor = 65_537 % prime
  let power = 1
  do {
    if (power === remainder) return true
    power = (power * factor) % prime
  } while (power !== 1)
  return false
}
