/**
 * Subjects of NATS that an app's gateways and workers meet on, and addresses that answers may go to.
 *
 *   hagaki.NAME.find          who is there? Every worker answers, to the reply subject
 *   hagaki.NAME.find.MARK     the same, of those alone that offer the contract of that mark
 *   hagaki.NAME.here          a worker says that it is there
 *   hagaki.NAME.open.ID       a gateway opens a link to the worker of that id
 *   _INBOX.ID.LINK            what one end of a link is sent
 *   _INBOX.ID.LINK.CALL       where it hears that a message did not reach the other: no call from that one on did
 *
 * @module
 */
import { Fault } from '../../fault.ts'

export interface Subjects {
  readonly find: string
  readonly here: string
  findMark(mark: string): string
  open(id: string): string
}

/** `name` is that of the app: a token of letters, digits, "-" and "_". Fault: setup_faulty. */
export function subjectsOf(name: string, what: string): Subjects {
  if (!/^[\w-]{1,64}$/.test(name)) {
    const fix = 'Use 1 to 64 letters, digits, "-" and "_", such as "notes"'
    throw new Fault('setup_faulty', { what, reason: `${JSON.stringify(name)} is no name`, fix })
  }
  const front = `hagaki.${name}`
  return {
    find: `${front}.find`,
    here: `${front}.here`,
    findMark: (mark) => `${front}.find.${mark}`,
    open: (id) => `${front}.open.${id}`,
  }
}

/** Ids of workers and links. */
const TOKEN = '[\\w-]{1,64}'
const INBOX = new RegExp(`^_INBOX\\.${TOKEN}(?:\\.${TOKEN})*$`)

export function isToken(text: unknown): text is string {
  return typeof text === 'string' && /^[\w-]{1,64}$/.test(text)
}

/** Everything that is sent to the links of `id`. */
export function inboxesOf(id: string): string {
  return `_INBOX.${id}.>`
}

export function inboxOf(id: string, link: string): string {
  return `_INBOX.${id}.${link}`
}

/** The link that a message to one of `inboxesOf` is for. */
export function linkOf(subject: string): string {
  return subject.split('.')[2] ?? ''
}

/** Where a link hears that a message did not reach the other side, nor a call from `call` on. */
export function unheardAt(inbox: string, call: number): string {
  return `${inbox}.${call}`
}

/** That call; beyond all where the subject names none. */
export function unheardOf(subject: string): number {
  const call = subject.split('.')[3] ?? ''
  return /^[1-9][0-9]{0,9}$/.test(call) ? Number(call) : Number.POSITIVE_INFINITY
}

/** True for what an answer may be sent to: a stranger does not choose what else we publish on. */
export function isInbox(subject: string | undefined): subject is string {
  return subject !== undefined && subject.length <= 256 && INBOX.test(subject)
}
