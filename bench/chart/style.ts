/** How the chart looks, in both schemes: no font is loaded, no colour carries a meaning alone. */
export const STYLE = `
  text { font-family: ui-sans-serif, system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328; }
  .page { fill: #fbfaf7; }
  .headline { font-size: 22px; font-weight: 650; }
  .what { font-size: 13.5px; fill: #59636e; }
  .title { font-size: 14px; font-weight: 600; }
  .name { font-size: 12.5px; text-anchor: end; }
  .name.mine { font-weight: 650; }
  .value { font-size: 12px; font-variant-numeric: tabular-nums; fill: #59636e; }
  .value.mine { fill: #a3241d; font-weight: 650; }
  .tick, .unit, .note { font-size: 11px; fill: #59636e; }
  .tick { text-anchor: middle; font-variant-numeric: tabular-nums; }
  .unit { text-anchor: end; }
  .grid { stroke: #1f2328; stroke-opacity: .1; fill: none; }
  .axis { stroke: #1f2328; stroke-opacity: .45; fill: none; }
  .ours { fill: #c8372d; }
  .ours.second { fill: #e29a8f; }
  .peer { fill: #9aa4af; }
  .ceiling { fill: #9aa4af; fill-opacity: .22; stroke: #7d8792; stroke-dasharray: 3 2; }
  .whisker { stroke: #1f2328; stroke-opacity: .6; fill: none; }
  .break { stroke: #fbfaf7; stroke-width: 2.5; fill: none; }
  .target { stroke: #1b6e4b; stroke-width: 2; fill: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8eaed; }
    .page { fill: #14171c; }
    .what, .value, .tick, .unit, .note { fill: #9ba5b1; }
    .value.mine { fill: #ff8b7e; }
    .grid, .axis, .whisker { stroke: #e8eaed; }
    .grid { stroke-opacity: .12; }
    .ours { fill: #f0594b; }
    .ours.second { fill: #8d4740; }
    .peer { fill: #667180; }
    .ceiling { fill: #667180; stroke: #8b95a3; }
    .break { stroke: #14171c; }
    .target { stroke: #55c795; }
  }`
