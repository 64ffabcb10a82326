/**
 * The drawings that cards refer to: six stamps, and the arcs along which a postmark is lettered.
 *
 * @module
 */
import { type Markup, markup } from './markup.ts'

const FUJI = markup`
  <rect class="sky-1" x="6" y="6" width="48" height="62"/>
  <circle class="red" cx="41" cy="23" r="8.5"/>
  <path class="blue" d="M6 60 24 31q3-3 6-2 4-2 7 2L54 58v10H6z"/>
  <path class="white" d="M19.5 38 24 31q3-3 6-2 4-2 7 2l4.5 7-4-2-3 4-4-3.5-4 4-3-4z"/>
  <path class="foam" d="M6 62q6-3 12 0t12 0t12 0t12 0v6H6z"/>`

const WAVES = markup`
  <rect class="sky-2" x="6" y="6" width="48" height="62"/>
  <circle class="gold" cx="19" cy="20" r="6"/>
  <g class="scales">${[0, 1, 2, 3].map((row) =>
    [-1, 0, 1, 2, 3].map(
      (column) =>
        markup`<g transform="translate(${6 + column * 16 + (row % 2) * 8} ${40 + row * 8})"><circle r="8"/><circle r="5.2"/><circle r="2.4"/></g>`,
    ),
  )}</g>
  <path class="frame" d="M0 0h60v74H0zM6 6v62h48V6z"/>`

const BLOSSOM = markup`
  <rect class="sky-3" x="6" y="6" width="48" height="62"/>
  <path class="twig" d="M6 60q20-6 28-22t20-18"/>
  ${[
    ['translate(33 36)', ''],
    ['translate(17 53) scale(.62)', ''],
    ['translate(46 21) scale(.5)', ''],
  ].map(
    ([place]) =>
      markup`<g transform="${place}">${[0, 72, 144, 216, 288].map(
        (angle) =>
          markup`<path class="pink" transform="rotate(${angle})" d="M0-2q-9-6-4-13l4 3 4-3q5 7-4 13z"/>`,
      )}<circle class="gold" r="2.6"/></g>`,
  )}`

const TORII = markup`
  <rect class="sky-4" x="6" y="6" width="48" height="62"/>
  <circle class="gold" cx="30" cy="38" r="13"/>
  <path class="red" d="M9 21q21 5 42 0v6q-21 4-42 0zM13 33h34v4H13zM17 27h5l-1 34h-5zM38 27h5l1 34h-5zM28 27h4v7h-4z"/>
  <path class="foam" d="M6 60q6-3 12 0t12 0t12 0t12 0v8H6z"/>`

const CRANE = markup`
  <rect class="sky-5" x="6" y="6" width="48" height="62"/>
  <circle class="red" cx="30" cy="26" r="11"/>
  <path class="white" d="M31 47 14 19l6 24z"/><path class="white-2" d="M31 47 52 22 40 46z"/>
  <path class="white" d="M31 47 40 46 30 60z"/><path class="white-2" d="M31 47 20 43l10 17z"/>
  <path class="white" d="M22 48 9 40l9 3zM38 49 50 60 37 55z"/>`

const LIGHTHOUSE = markup`
  <rect class="night" x="6" y="6" width="48" height="62"/>
  <path class="beam" d="M30 24 54 12v22zM30 24 6 16v14z"/>
  <path class="white" d="M26 30h8l3 32H23z"/><path class="red" d="M25.4 38h9.200l.7 8H24.700zM24 54h12l.6 8H23.300z"/>
  <path class="red" d="M25 20h10v-2l-5-4-5 4z"/><rect class="gold" x="26.5" y="20" width="7" height="8"/>
  <path class="foam" d="M6 62q6-3 12 0t12 0t12 0t12 0v6H6z"/>`

const VALUES = [63, 84, 52, 110, 94, 120]
const DRAWINGS = [FUJI, WAVES, BLOSSOM, TORII, CRANE, LIGHTHOUSE]

export const STAMPS: number = DRAWINGS.length

/** One hidden drawing for each page that shows cards. */
export const SHEET: Markup = markup`<svg class="sheet" aria-hidden="true" width="0" height="0">
  <path id="postmark-top" d="M8 32a24 24 0 0 1 48 0"/><path id="postmark-bottom" d="M6 32a26 26 0 0 0 52 0"/>
  <mask id="perforation"><rect class="holes" width="60" height="74"/></mask>
  ${DRAWINGS.map(
    (drawing, at) => markup`<symbol id="stamp-${at}" viewBox="0 0 60 74"><g mask="url(#perforation)">
    <rect class="face" width="60" height="74"/>${drawing}
    <text class="value" x="9.5" y="16">${VALUES[at]}</text>
  </g></symbol>`,
  )}
</svg>`
