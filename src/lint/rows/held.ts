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
    by: 'a fault gives its status as an RFC 9457 problem, with its code and detail',
  },
  {
    section: '25',
    rule:
      '`use` applies it around every layer, leaving the thrown value under a context key for logs, so middleware ' +
      'sees only results, and its headers reach error answers too',
    held: 'src/call/use.test.ts',
    by: 'what is thrown becomes an answer before the next layer sees it, so its fields reach errors too',
  },
  {
    section: '25',
    rule: 'Gateways and `perform` apply it last',
    held: 'src/call/perform.test.ts',
    by: 'what is thrown, and what is no result, is answered as a server would',
  },
  {
    section: '26',
    rule: 'Faults of a call *we made* (`call_*`) are answered 502, 503 or 504, never reflected: an upstream’s 401 is not ours',
    held: 'src/call/answer.test.ts',
    by: 'a fault of a call that we made is 502, 503 or 504, never what the other side answered',
  },
  // Values and their written forms.
  {
    section: '27',
    rule:
      '`RequestValue` and `ResponseValue` are plain objects. Instead of `deadline` they hold `timeoutMs`, the ' +
      'remaining milliseconds when written, accepted from links, not from HTTP clients; they hold carried ' +
      '`context`; responses hold `trailers`',
    held: 'src/call/perform.test.ts',
    by: 'a value that is performed and captured is the same value',
  },
  {
    section: '28',
    rule:
      'Equality is `sameValue` (own keys and values). `revive(value)` restores prototypes and freezing at every ' +
      'entry: structured clone and JSON lose them',
    held: 'src/value/message.test.ts',
    by: 'revive restores what structured clone and JSON lose: prototypes and freezing',
  },
  {
    section: '29',
    rule:
      '*packed*: `u32` big-endian n (at most 64 KiB), n bytes of UTF-8 JSON ' +
      '`{"v":1,"kind":"request"|"response",...,"body":null|byteCount}`, then exactly that many bytes. Headers are flat ' +
      'pairs `["name","value",...]` (integer-like names reorder in objects). Canonical: fixed member order, no ' +
      'spaces, integers only; so `vectors/packed.json` holds it byte for byte. Carried values nest at most 32 deep',
    held: 'src/value/vectors.test.ts',
    by: 'a packed vector unpacks to its value, and the value packs to its bytes',
  },
  {
    section: '30',
    rule: '*text*: JSON with `body` (a string) or `body64`, never both; a leading byte order mark is kept',
    held: 'src/value/vectors.test.ts',
    by: 'a text vector reads as the value that its packed form holds, and is read again when written',
  },
  {
    section: '31',
    rule:
      '*http*: a projection: `decode(encode(r))` equals the part of r that HTTP carries; decoding a response ' +
      'takes the request’s method',
    held: 'src/wire/http1/message.test.ts',
    by: 'a response that was written is read as that part, by the method of its request',
  },
  {
    section: '32',
    rule: 'Null and empty bodies are different everywhere but on the HTTP wire',
    held: 'src/value/vectors.test.ts',
    by: 'null and empty bodies stay apart in both forms',
  },
  {
    section: '32',
    rule: 'On the HTTP wire an empty body is none',
    held: 'src/wire/http1/vectors.test.ts',
    by: 'null and empty bodies are the same on the HTTP wire',
  },
  // Remote.
  {
    section: '33',
    rule:
      '`Transport.call(head, input, near)` gives a promise of a result. The *far* side chooses buffered or streamed: ' +
      'the head says `body: null | length | unknown`; bodies up to the inline size announced in the hello travel ' +
      'with it; otherwise nothing moves until the far `bytes` or `stream` grants credit',
    held: 'test/roads/call-bodies.test.ts',
    by: 'a body that did not fit beside its head moves when the far app asks for it, and not before',
  },
  {
    section: '33',
    rule: 'A body that expects 100-continue never travels with its head',
    held: 'test/roads/call-bodies.test.ts',
    by: 'a body that waits for "100 Continue" never travels with its head',
  },
  {
    section: '33',
    rule: 'The near side holds no more than the credit',
    held: 'test/roads/call-bodies.test.ts',
    by: 'a slow far reader holds up a near body: no more than a window of it is under way',
  },
  {
    section: '34',
    rule: 'The far outcome reaches `defer` here',
    held: 'test/clauses/outcome.test.ts',
    by: 'an answer that the far side cut off is aborted here, and one that it ended is not',
  },
  {
    section: '34',
    rule: 'A lost link is `aborted`',
    held: 'test/roads/calls.test.ts',
    by: 'a link that is lost ends every call here (502) and aborts every call there',
  },
  {
    section: '35',
    rule: 'A call may also be sent by name with data, `{ name, data, context }`, so that a peer needs no HTTP vocabulary',
    held: 'test/clauses/by-name.test.ts',
    by: 'a handler is called by name, with data and context, and no word of HTTP',
  },
]
