/**
 * Rules that cannot be seen from between one server and one app, with the files that hold them.
 *
 * @module
 */
import type { HeldRow } from '../row.ts'

export const HELD_ROWS: readonly HeldRow[] = [
  // Errors.
  {
    section: '25',
    rule:
      '`answer(thrown)` is the one place that turns a thrown value into an answer: a branded fault (looked up in ' +
      'the table by own key) gives its status as an RFC 9457 problem; anything else 500 without detail',
    held: 'src/call/answer.test.ts',
  },
  {
    section: '25',
    rule:
      '`use` applies it around every layer, leaving the thrown value under a context key for logs, so middleware ' +
      'sees only results, and its headers reach error answers too',
    held: 'src/call/use.test.ts',
  },
  {
    section: '25',
    rule: 'Gateways and `perform` apply it last',
    held: 'src/call/perform.test.ts',
  },
  {
    section: '26',
    rule: 'Faults of a call *we made* (`call_*`) are answered 502, 503 or 504, never reflected: an upstream’s 401 is not ours',
    held: 'src/call/answer.test.ts',
  },
  // Values and their written forms.
  {
    section: '27',
    rule:
      '`RequestValue` and `ResponseValue` are plain objects. Instead of `deadline` they hold `timeoutMs`, the ' +
      'remaining milliseconds when written, accepted from links, not from HTTP clients; they hold carried ' +
      '`context`; responses hold `trailers`',
    held: 'src/call/perform.test.ts',
  },
  {
    section: '28',
    rule:
      'Equality is `sameValue` (own keys and values). `revive(value)` restores prototypes and freezing at every ' +
      'entry: structured clone and JSON lose them',
    held: 'src/value/message.test.ts',
  },
  {
    section: '29',
    rule:
      '*packed*: `u32` big-endian n (at most 64 KiB), n bytes of UTF-8 JSON ' +
      '`{"v":1,"kind":"request"|"response",...,"body":null|byteCount}`, then exactly that many bytes. Headers are flat ' +
      'pairs `["name","value",...]` (integer-like names reorder in objects). Canonical: fixed member order, no ' +
      'spaces, integers only; so `vectors/packed.json` holds it byte for byte. Carried values nest at most 32 deep',
    held: 'src/value/vectors.test.ts',
  },
  {
    section: '30',
    rule: '*text*: JSON with `body` (a string) or `body64`, never both; a leading byte order mark is kept',
    held: 'src/value/vectors.test.ts',
  },
  {
    section: '31',
    rule:
      '*http*: a projection: `decode(encode(r))` equals the part of r that HTTP carries; decoding a response ' +
      'takes the request’s method',
    held: 'test/server/response.test.ts',
  },
  {
    section: '32',
    rule: 'Null and empty bodies are different everywhere but on the HTTP wire',
    held: 'src/value/vectors.test.ts',
  },
  // Remote.
  {
    section: '33',
    rule:
      '`Transport.call(head, input, near)` gives a promise of a result. The *far* side chooses buffered or streamed: ' +
      'the head says `body: null | length | unknown`; bodies up to the inline size announced in the hello travel ' +
      'with it (never one that expects 100-continue); otherwise nothing moves until the far `bytes` or `stream` ' +
      'grants credit. The near side holds no more than the credit',
    held: 'src/transport/caller.ts',
  },
  {
    section: '34',
    rule: 'The far outcome reaches `defer` here; a lost link is `aborted`',
    held: 'src/transport/caller.ts',
  },
  {
    section: '35',
    rule: 'A call may also be sent by name with data, `{ name, data, context }`, so that a peer needs no HTTP vocabulary',
    held: 'src/handler/service.ts',
  },
]
