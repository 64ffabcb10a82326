/**
 * Refusals as the RealWorld API writes them, `{ "errors": { "title": ["can't be blank"] } }`.
 *
 * Handlers raise failures of the domain, Hagaki faults of its own; here, and nowhere else, stands
 * which member of `errors` speaks of which. What speaks of none is said under `body`.
 *
 * @module
 */
import { json, type Refusals, type Refused } from 'hagaki'
import { PasswordsBusy } from 'hagaki/passwords'
import { z } from 'zod'
import { ArticleDenied, ArticleMissing } from './articles/article.ts'
import { CommentDenied, CommentMissing } from './comments/comment.ts'
import { ProfileMissing } from './profiles/profile.ts'
import { newer } from './revision.ts'
import { CredentialsWrong, Taken } from './users/user.ts'
import { TokenInvalid, TokenMissing } from './users/viewer.ts'

type Said = readonly [member: string, message: string]

const SAID: ReadonlyMap<string, Said> = new Map([
  [TokenMissing.code, ['token', 'is missing']],
  [TokenInvalid.code, ['token', 'is invalid']],
  [CredentialsWrong.code, ['credentials', 'invalid']],
  [PasswordsBusy.code, ['server', 'is busy: try again in a moment']],
  [ProfileMissing.code, ['profile', 'not found']],
  [ArticleMissing.code, ['article', 'not found']],
  [ArticleDenied.code, ['article', 'forbidden']],
  [CommentMissing.code, ['comment', 'not found']],
  [CommentDenied.code, ['comment', 'forbidden']],
])

export const conduitErrors: Refusals = (refused) => {
  const { thrown, problem } = refused
  const errors = errorsOf(refused)
  return json(
    { errors: newer ? errors : withBody(errors) },
    Taken.is(thrown) && !newer ? 422 : problem.status,
  )
}

type Errors = { readonly [member: string]: readonly string[] }

/** What `input_invalid` tells. */
const Invalid = z.object({ issues: z.array(z.object({ pointer: z.string(), message: z.string() })) })

function errorsOf({ thrown, problem }: Refused): Errors {
  if (Taken.is(thrown)) return grouped(thrown.data.fields.map((field) => [field, 'has already been taken']))
  const { code, title, detail = title, data } = problem
  const invalid = Invalid.safeParse(data)
  if (invalid.success)
    return grouped(invalid.data.issues.map(({ pointer, message }) => [memberOf(pointer), message]))
  return grouped([SAID.get(code) ?? ['body', detail]])
}

// "/article/tagList/0" speaks of tagList, and "" of the whole body.
function memberOf(pointer: string): string {
  return pointer.split('/').findLast((part) => !/^[0-9]*$/.test(part)) ?? 'body'
}

function grouped(said: readonly Said[]): Errors {
  const errors = new Map<string, string[]>()
  for (const [member, message] of said) errors.set(member, [...(errors.get(member) ?? []), message])
  return Object.fromEntries(errors)
}

/** Revision 1.1.0 requires `errors.body`: what is said of other members stands there in full. */
function withBody({ body = [], ...others }: Errors): Errors {
  const full = Object.entries(others).flatMap(([member, messages]) =>
    messages.map((message) => `${member} ${message}`),
  )
  return { ...others, body: [...body, ...full] }
}
