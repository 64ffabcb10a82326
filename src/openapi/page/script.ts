/**
 * The page's script, from its parts. One module, so that they share their names.
 *
 * @module
 */
import { ANSWER } from './script/answer.ts'
import { BODY } from './script/body.ts'
import { ELEMENTS } from './script/elements.ts'
import { FIELDS } from './script/fields.ts'
import { LIVE } from './script/live.ts'
import { NAVIGATION } from './script/navigation.ts'
import { OPERATION } from './script/operation.ts'
import { OUTLINE } from './script/outline.ts'
import { REQUEST } from './script/request.ts'
import { SAMPLES } from './script/samples.ts'
import { TRY } from './script/try.ts'

export const SCRIPT: string = [
  ELEMENTS,
  SAMPLES,
  OUTLINE,
  FIELDS,
  REQUEST,
  BODY,
  LIVE,
  ANSWER,
  TRY,
  OPERATION,
  NAVIGATION,
]
  .join('')
  .split('\n')
  // What is for readers of the sources stays there. No line is within a text.
  .map((line) => line.trimStart())
  .filter((line) => line !== '' && !line.startsWith('//'))
  .join('\n')
