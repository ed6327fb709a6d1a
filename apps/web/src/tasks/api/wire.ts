/**
 * What crosses the wire, written from apps/api/openapi.json by `npm run wire`: change the API's schema, then run
 * that.
 */

/** Characters. */
export const longest = {
  title: 500,
  notes: 10000,
} as const

export interface ListParameters {
  readonly status?: 'all' | 'open' | 'done'
  /** Only tasks whose title or notes contain this, in any case. At most 200 characters. */
  readonly q?: string
  readonly sort?: 'createdAt' | 'updatedAt' | 'dueOn' | 'priority'
  /** Default: asc for dueOn, desc for the others. Tasks without a due date come last either way. */
  readonly order?: 'asc' | 'desc'
  readonly limit?: number
  /** The nextCursor of the page before, with the same sort and order. */
  readonly cursor?: string
  /** true lists the trash, and only the trash: what was deleted in the last 30 days. */
  readonly deleted?: 'true' | 'false'
}

export interface Identity {
  /** The user id. */
  readonly subject: string
  readonly sessionId: string | null
  readonly issuer: string
  readonly audience: string
  /** Format: date-time. */
  readonly issuedAt: string
  /** Format: date-time. */
  readonly expiresAt: string
}

export interface Inspection {
  readonly identity: Identity
  readonly verifier: {
    readonly accepted: number
    readonly refused: number
    /** How often a token had to wait for the issuer. */
    readonly waited: number
    /** Signatures that need no second check. */
    readonly remembered: number
  }
  readonly keys: {
    readonly keyIds: readonly string[]
    /** Milliseconds. */
    readonly age: number | null
    readonly requests: number
  }
  readonly revocations: {
    /** Milliseconds. */
    readonly age: number | null
    readonly size: number
    readonly requests: number
  } | null
  readonly fence: {
    readonly role: string
    readonly policies: readonly {
      readonly name: string
      readonly command: string
      readonly restrictive: boolean
      readonly using: string | null
      readonly check: string | null
    }[]
    readonly rows: {
      readonly inTable: number
      readonly visible: number
    }
    /** Milliseconds. */
    readonly milliseconds: number
  }
}

export interface NewTask {
  /** Chosen by the client, this makes the request safe to repeat. Format: uuid. */
  readonly id?: string
  /** At most 500 characters. */
  readonly title: string
  /** At most 10000 characters. */
  readonly notes?: string
  readonly completed?: boolean
  /** 0 none, 1 low, 2 medium, 3 high. */
  readonly priority?: 0 | 1 | 2 | 3
  /** A day, not a moment. Format: date. */
  readonly dueOn?: string | null
}

export interface Problem {
  /** The page that explains the code. Format: uri. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  /** A fixed sentence. */
  readonly detail: string
  /** Also the header X-Request-Id. */
  readonly requestId: string
  /** Each field that is not valid; with validation_failed only. */
  readonly errors?: readonly {
    readonly path: string
    readonly message: string
  }[]
  /** What to change; in development only. */
  readonly hint?: string
}

export interface Task {
  /** Format: uuid. */
  readonly id: string
  /** The owner: the subject of the token. */
  readonly userId: string
  /** At most 500 characters. */
  readonly title: string
  /** At most 10000 characters. */
  readonly notes: string
  readonly completed: boolean
  /** 0 none, 1 low, 2 medium, 3 high. */
  readonly priority: 0 | 1 | 2 | 3
  /** A day, not a moment. Format: date. */
  readonly dueOn: string | null
  /** Format: date-time. */
  readonly completedAt: string | null
  /** Format: date-time. */
  readonly createdAt: string
  /** Format: date-time. */
  readonly updatedAt: string
  /** When it was put into the trash. Format: date-time. */
  readonly deletedAt: string | null
  /** Counts changes; also the ETag. */
  readonly version: number
}

export interface TaskChanges {
  /** At most 500 characters. */
  readonly title?: string
  /** At most 10000 characters. */
  readonly notes?: string
  readonly completed?: boolean
  /** 0 none, 1 low, 2 medium, 3 high. */
  readonly priority?: 0 | 1 | 2 | 3
  /** A day, not a moment. Format: date. */
  readonly dueOn?: string | null
}

export interface TaskCounts {
  /** Tasks that are not completed. */
  readonly open: number
  /** Those of them that are due today, or were before. */
  readonly today: number
}

export interface TaskList {
  readonly tasks: readonly Task[]
  /** null on the last page. */
  readonly nextCursor: string | null
}
