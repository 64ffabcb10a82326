/**
 * From signals to an end: the first one lets calls finish, the next cuts them, the third waits for
 * nothing.
 *
 * @module
 */

/** What is stopped. */
export interface Stopping {
  close(how?: { readonly now?: boolean }): Promise<void>
}

/** Stops it as a signal would, and says how the process will end: 1 when something failed. */
export type Stop = (status: number) => void

/**
 * One Ctrl-C comes twice under npm, which passes on what the terminal sends to everyone: within
 * this time, in milliseconds, a signal is not taken for another one.
 */
const SAME_SIGNAL_MS = 250

/** `begin` gets the way to stop without a signal. Resolves with the exit status once all is over. */
export function untilStopped(
  running: Stopping,
  signals: readonly NodeJS.Signals[],
  begin: (stop: Stop) => void = () => {},
): Promise<number> {
  return new Promise((resolve) => {
    let status = 0
    let stoppingSince: number | null = null
    let cut = false
    const stop = (): void => {
      stoppingSince = performance.now()
      process.stdout.write('hagaki: finishing what is under way; once more stops at once\n')
      void running.close().then(() => resolve(status))
    }
    const signalled = (): void => {
      if (stoppingSince === null) return stop()
      if (performance.now() - stoppingSince < SAME_SIGNAL_MS) return
      if (cut) return resolve(1) // what was cut has not ended either
      cut = true
      stoppingSince = performance.now()
      void running.close({ now: true })
    }
    for (const signal of signals) process.on(signal, signalled)
    begin((wanted) => {
      status = wanted
      if (stoppingSince === null) stop()
    })
  })
}
