/**
 * Lets Node load `.ts`, in worker threads too: `tsx` as `--import tsx` reaches the main thread only.
 * Preloaded with `--import` by the test runner; every process and thread a test starts inherits it.
 *
 * @module
 */
import { register } from 'tsx/esm/api'

register()
