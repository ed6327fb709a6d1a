/** Lets several commands that run at once print one after the other. */

export interface Output {
  /** Prints when all before it have ended, and until then keeps. */
  write(text: string): void
  end(): void
}

/** Whoever takes a turn first prints first, as it comes. */
export function createTurns(to: { write(text: string): unknown }): { take(): Output } {
  const waiting: { kept: string; isEnded: boolean }[] = []

  function advance(): void {
    while (waiting[0]?.isEnded) {
      waiting.shift()
      if (waiting[0]) to.write(waiting[0].kept)
    }
  }

  return {
    take() {
      const turn = { kept: '', isEnded: false }
      waiting.push(turn)
      return {
        write(text) {
          if (waiting[0] === turn) to.write(text)
          else turn.kept += text
        },
        end() {
          turn.isEnded = true
          advance()
        },
      }
    },
  }
}
