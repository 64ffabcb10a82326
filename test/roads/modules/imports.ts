// @ts-expect-error: it is not there
import './not-there.ts'
