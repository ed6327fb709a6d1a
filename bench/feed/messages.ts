/** What the processes of the bench tell each other. */

/** From a time on, in milliseconds since 1970, every follower knew at least so many sessions. */
export interface Known {
  readonly size: number
  readonly at: number
}

export interface Usage {
  readonly cpu: NodeJS.CpuUsage
}

export interface FollowersUsage extends Usage {
  /** What arrived at all of them, headers included. */
  readonly bytes: number
  readonly requests: number
  /** What was learned since the last message. */
  readonly known: readonly Known[]
  /** Bytes in use, without what was in use before the first follower started; 0 where nobody asked. */
  readonly memory: number
}

export interface IssuerUsage extends Usage {
  readonly memory: NodeJS.MemoryUsage
}
