/**
 * The service behind the page: notes that everybody who looks sees at once.
 *
 * @module
 */
import { failure, raise, service, verbs } from 'hagaki'
import { bytes } from 'hagaki/schema'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

export const Note = z.object({ id: z.number(), text: z.string() })
export const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

export type Board = ReturnType<typeof board>['app']

/** A board of its own. `told` is called with what befell the handler that waits. */
export function board(told: (what: string) => void = () => {}) {
  const notes = new Map([[1, { id: 1, text: 'first' }]])
  const watching = new Set<(note: z.infer<typeof Note>) => void>()
  const { acts, creates, deletes, reads } = verbs({})
  const app = service({
    list: reads('/notes', { returns: z.array(Note) }, () => [...notes.values()]),
    add: creates(
      '/notes',
      { accepts: z.object({ text: z.string().min(1, 'say something') }), returns: Note },
      ({ text }) => {
        const note = { id: notes.size + 1, text }
        notes.set(note.id, note)
        for (const tell of watching) tell(note)
        return note
      },
    ),
    remove: deletes('/notes/{id}', { accepts: Note.pick({ id: true }), errors: [Gone] }, ({ id }) => {
      if (!notes.delete(id)) raise(Gone({ id }))
    }),
    wait: reads('/wait', {}, (_, { signal }) => {
      signal.addEventListener('abort', () => told('cancelled'))
      told('called')
      return new Promise<void>(() => {})
    }),
    draw: acts(
      '/picture',
      { accepts: bytes('image/*'), returns: z.object({ bytes: z.number() }), limit: '8mb' },
      (picture) => ({ bytes: picture.byteLength }),
    ),
    feed: stream.verbs({}).reads('/feed', { gives: stream.items(Note) }, async function* (_, { signal }) {
      for (;;) yield await next(watching, signal)
    }),
  })
  return { app, notes, watching }
}

function next<T>(watching: Set<(one: T) => void>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const tell = (one: T): void => {
      watching.delete(tell)
      resolve(one)
    }
    watching.add(tell)
    signal.addEventListener('abort', () => {
      watching.delete(tell)
      reject(signal.reason as Error)
    })
  })
}
