/** The catalogue: every request that a protected API must refuse, and how. */
import { algCases } from './alg.js'
import type { HostileCase } from './case.js'
import { criticalCases } from './critical.js'
import { delegationCases } from './delegation.js'
import { encodingCases } from './encoding.js'
import { headerCases } from './header.js'
import { issuerAndAudienceCases } from './issuer-audience.js'
import { jsonCases } from './json.js'
import { keyInjectionCases } from './key-injection.js'
import { keySetDocumentCases } from './key-set-documents.js'
import { unfitKeyCases } from './key-set-unfit.js'
import { weakKeyCases } from './key-set-weak.js'
import { kidCases } from './kid.js'
import { otherClaimCases } from './other-claims.js'
import { signatureCases } from './signature.js'
import { sizeCases } from './size.js'
import { structureCases } from './structure.js'
import { subjectAndSessionCases } from './subject-session.js'
import { timeCases } from './times.js'
import { typCases } from './typ.js'

export const hostileCases: readonly HostileCase[] = [
  ...headerCases,
  ...structureCases,
  ...encodingCases,
  ...sizeCases,
  ...jsonCases,
  ...criticalCases,
  ...keyInjectionCases,
  ...typCases,
  ...kidCases,
  ...algCases,
  ...signatureCases,
  ...issuerAndAudienceCases,
  ...timeCases,
  ...delegationCases,
  ...subjectAndSessionCases,
  ...otherClaimCases,
  ...unfitKeyCases,
  ...weakKeyCases,
  ...keySetDocumentCases,
]
