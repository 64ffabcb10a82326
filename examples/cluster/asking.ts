/**
 * Those who ask all the time, each the next thing once it has its answer.
 *
 * @module
 */

export interface Counts {
  readonly answered: number
  /** Calls without the answer that was asked for. */
  readonly lost: number
  /** How many workers gave an answer at the end, when everything had been done. */
  readonly by: number
}

export interface Asking {
  readonly askers: number
  /** What is done to the cluster meanwhile. */
  readonly something: () => Promise<unknown>
  /** Milliseconds that they go on asking, once that is done. */
  readonly ms: number
}

export async function askAll(url: string, { askers, something, ms }: Asking): Promise<Counts> {
  let answered = 0
  let lost = 0
  let isDone = false
  let isOver = false
  const by = new Set<number>()
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const wasDone = isDone
      const pid = await asked(url)
      if (pid === null) lost++
      else {
        answered++
        if (wasDone) by.add(pid)
      }
    }
  }
  const asking = Promise.all(Array.from({ length: askers }, ask))
  try {
    await something()
    isDone = true
    await new Promise((resolve) => setTimeout(resolve, ms))
  } finally {
    isOver = true
    await asking
  }
  return { answered, lost, by: by.size }
}

/** The process that has answered, or null. */
async function asked(url: string): Promise<number | null> {
  try {
    const answer = await fetch(url)
    const { by } = (await answer.json()) as { by?: number }
    return answer.ok ? (by ?? null) : null
  } catch {
    return null
  }
}
