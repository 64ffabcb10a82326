/**
 * Where the two engines differ, and are meant to. `docs/engines.md` shows this table,
 * `differences.test.ts` observes each row on both, and tests whose outcome depends on the engine look
 * it up here.
 *
 * @module
 */
import { SERVERS, type ServerKind } from './kinds.ts'

export interface Difference extends Readonly<Record<ServerKind, string>> {
  /** Contract clause, RFC section or limit. */
  readonly where: string
  /** What is observed. */
  readonly what: string
  readonly why: string
}

/** Values are what is observed, word for word. */
export const DIFFERENCES = {
  pipelining: {
    where: 'RFC 9112 9.3.2',
    what: 'Requests sent ahead on one connection are run',
    http1: 'one after the other',
    'node-http': 'at once',
    why: 'Answers go out in order anyway, and a client that goes leaves less behind.',
  },
  hintBehind: {
    where: '18',
    what: '103 for a request sent behind another one',
    http1: 'is sent before its answer',
    'node-http': 'is not sent while an answer before it is due',
    why: 'Node queues answers, and nothing before an answer.',
  },
  halfClosed: {
    where: '16',
    what: 'A client ends its side while its request is answered: the signal says',
    http1: 'half_closed, and the answer is sent',
    'node-http': 'request_aborted, and the answer is not sent',
    why: 'Node ends the connection as soon as the client has ended its side.',
  },
  halfClosedBody: {
    where: '16',
    what: 'A client ends its side within a body: the read fails, and an answer',
    http1: 'is sent',
    'node-http': 'is not sent',
    why: 'As above.',
  },
  halfClosedEvents: {
    where: '16',
    what: 'A client ends its side while it gets an event stream, which is cut with',
    http1: 'half_closed',
    'node-http': 'request_aborted',
    why: 'Such a stream has no end, and a quiet one never finds out that nobody reads it.',
  },
  halfClosedOffer: {
    where: '16',
    what: 'A client ends its side while the app considers its upgrade: the signal is',
    http1: 'aborted',
    'node-http': 'not aborted',
    why: 'Node tells the end only to who reads, and nobody does until the connection is handed over.',
  },
  refusedUpgrade: {
    where: '24',
    what: 'An upgrade that is answered with an ordinary result',
    http1: 'is a request like others',
    'node-http': 'is the last of its connection',
    why: 'Node stops parsing a connection on which an upgrade is asked for. The answer says so.',
  },
  methods: {
    where: '1',
    what: 'A method that Node does not know, such as BREW',
    http1: '200',
    'node-http': '400',
    why: "Node's parser has a table of methods.",
  },
  protocols: {
    where: 'RFC 9112 2.3',
    what: 'RTSP/1.0 and ICE/1.0 in a request line',
    http1: '400',
    'node-http': '200',
    why: 'The parser is one for all three, and does not say which it saw.',
  },
  versions: {
    where: 'RFC 9110 2.5',
    what: 'HTTP/1.2 to HTTP/1.9',
    http1: '200, as HTTP/1.1',
    'node-http': '400',
    why: "Node's parser knows four versions.",
  },
  spaces: {
    where: 'RFC 9112 2.2, 3',
    what: 'Several spaces in a request line, or a lone CR or LF before it',
    http1: '400',
    'node-http': '200',
    why: 'The parser is lenient here and cannot be told otherwise.',
  },
  codingTab: {
    where: 'RFC 9110 5.5',
    what: 'A tab behind the value of Transfer-Encoding',
    http1: '200',
    'node-http': '400',
    why: 'The parser reads this field by itself, and strips spaces alone; on Node 20 Content-Length too.',
  },
  extensionBlanks: {
    where: 'RFC 9112 7.1.1',
    what: 'Blanks around the semicolon of a chunk extension',
    http1: '200',
    'node-http': '400',
    why: 'The parser refuses them.',
  },
  extensionNames: {
    where: 'RFC 9112 7.1.1',
    what: 'A chunk extension with a value and no name',
    http1: '400',
    'node-http': '200',
    why: 'The parser passes over it.',
  },
  turns: {
    where: 'RFC 9112 9.3.2',
    what: 'While 2,000 requests that came together are answered at once, another client is served',
    http1: 'in between',
    'node-http': 'behind them',
    why: 'Node runs all that one read brought, up to 64 KiB; here others have their turn after 32.',
  },
  longLine: {
    where: '`requestLine`',
    what: 'A request line longer than `requestLine` and `head` together',
    http1: '414',
    'node-http': '431',
    why: 'Node has one limit, on both together.',
  },
  blanks: {
    where: '`head`',
    what: 'Blanks before a value count into the limit',
    http1: 'yes',
    'node-http': 'no',
    why: 'Node counts what it keeps. `headTimeoutMs` ends them.',
  },
  trailerFields: {
    where: '`fields`',
    what: 'Trailer fields count into a limit of their own of that size',
    http1: 'yes',
    'node-http': 'no',
    why: 'Node hands trailers over at the end. Their size is bounded by `requestLine` and `head` together.',
  },
  arrivedBody: {
    where: '`unread`',
    what: 'A larger body that nobody reads, and that came with its head',
    http1: 'is passed over',
    'node-http': 'ends the connection',
    why: 'What is here already costs nothing; Node does not say how much that is.',
  },
  utf8: {
    where: '7',
    what: 'E9 in a field of an answer without body, to a large request that is not read, is sent as',
    http1: 'E9',
    'node-http': 'C3 A9',
    why: 'Node writes such a head as UTF-8 when asked to send it before the end.',
  },
  interimReasons: {
    where: '`reasons`',
    what: 'A phrase of ours for 100, for 103, and for 400 to what does not parse',
    http1: 'is sent',
    'node-http': 'is not sent',
    why: 'Node writes interim answers itself.',
  },
  chunkExtensions: {
    where: '`chunkExtensions`',
    what: 'Chunk extensions: 257 bytes in one chunk, 4,200 in all, 17,000 in one chunk',
    http1: '413, 413, 413',
    'node-http': '200, 200, 400',
    why: 'Node shows nothing of them, and bounds those of one chunk alone.',
  },
  silence: {
    where: '`headTimeoutMs`',
    what: 'A connection on which nothing ever came is closed',
    http1: 'without a word',
    'node-http': 'with 408',
    why: 'Browsers connect ahead of need, and would take it for the answer to what they ask next.',
  },
  idleLate: {
    where: '`idleTimeoutMs`',
    what: 'With a limit of 1 ms, a connection that idled for 300 ms is',
    http1: 'closed',
    'node-http': 'open',
    why: 'Node adds a second, and looks for late heads at intervals of at most one. Our clock turns every half second, or eight times in the shortest limit.',
  },
} as const satisfies Readonly<Record<string, Difference>>

export type DifferenceName = keyof typeof DIFFERENCES

/** The engines of which a row says `value`. Throws when there is none. */
export function serversWhere<N extends DifferenceName>(
  name: N,
  value: (typeof DIFFERENCES)[N][ServerKind],
): readonly ServerKind[] {
  const found = SERVERS.filter((kind) => DIFFERENCES[name][kind] === value)
  if (found.length === 0) throw new Error(`No engine is like that: ${name}, ${value}`)
  return found
}

/** The table as `docs/engines.md` shows it. */
export function printedDifferences(): string {
  const rows = Object.values(DIFFERENCES).map(
    (row) => `| ${row.where} | ${row.what} | ${row.http1} | ${row['node-http']} | ${row.why} |`,
  )
  return ['| where | what | `http1` | `node-http` | why |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}
