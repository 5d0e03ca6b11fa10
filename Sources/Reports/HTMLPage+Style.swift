extension HTMLPage {
  /// The rules of pages of blocks, without those of charts.
  static let style = """
    img { border-radius: 4px; }
    @media (prefers-color-scheme: dark) { img { filter: brightness(.85); } }
    h2 {
      font-size: 1.25rem; margin: 2.5rem 0 .5rem;
      border-top: 1px solid var(--line); padding-top: 1.5rem;
    }
    h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
    a { color: var(--link); }
    .caution { border-left: 4px solid #d98c00; background: var(--shade); padding: .6rem 1rem; }
    figure { margin: 1.25rem 0; position: relative; }
    img, .line-chart { max-width: 100%; height: auto; display: block; }
    .line-chart { width: 100%; }
    figcaption { color: var(--quiet); font-size: .9rem; margin-top: .4rem; }
    .gallery {
      display: grid; gap: 1rem;
      grid-template-columns: repeat(auto-fill, minmax(min(var(--width), 100%), 1fr));
    }
    .gallery figure { margin: 0; }
    .gallery img, .large img { width: 100%; }
    .for-narrow { display: none; }
    .beside { display: grid; gap: .5rem 2rem; }
    .large { max-width: 38rem; }
    .large figure { margin: .5rem 0 0; }
    .large input { width: 100%; margin: .5rem 0 0; accent-color: var(--link); }
    .beside dl { align-content: start; align-self: start; }
    @media (min-width: 52rem) {
      .beside:has(dl) { grid-template-columns: 27rem minmax(0, 1fr); }
    }
    .strip { display: flex; gap: .75rem; overflow-x: auto; padding: .75rem 0; }
    .strip > * {
      flex: none; width: 6.5rem; color: var(--quiet); font-size: .8rem; text-decoration: none;
    }
    .strip > .shown { color: var(--ink); font-weight: 600; }
    .strip img { width: 100%; margin-bottom: .2rem; }
    .links { list-style: none; padding: 0; columns: 18rem; font-size: .9rem; }
    .tip {
      position: absolute; z-index: 1; pointer-events: none; padding: .3rem .6rem;
      border-radius: 4px; background: var(--ink); color: var(--paper); font-size: .8rem;
      white-space: pre; font-variant-numeric: tabular-nums;
    }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-size: .9rem; }
    th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
    th, td:not(:first-child) { white-space: nowrap; }
    td:first-child { min-width: 6rem; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    dl {
      display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem;
      font-size: .9rem; margin: 1rem 0;
    }
    dt { color: var(--quiet); }
    dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
    pre {
      background: var(--shade); padding: .75rem 1rem; border-radius: 4px; font-size: .85rem;
      white-space: pre-wrap; overflow-wrap: anywhere;
    }
    @media (max-width: 40rem) {
      .for-wide { display: none; }
      .for-narrow { display: block; }
      .wide, .wide tbody, .wide tr, .wide td { display: block; }
      .wide tr:first-child, .wide td:empty { display: none; }
      .wide tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
      .wide td {
        display: flex; justify-content: space-between; gap: 1rem; text-align: right;
        white-space: normal; overflow-wrap: anywhere; padding: .1rem 0; border: 0;
      }
      .wide td:first-child { font-weight: 600; text-align: left; }
      .wide td:not(:first-child)::before {
        content: attr(data-label); color: var(--quiet); text-align: left;
      }
      th, td:not(:first-child) { white-space: normal; }
    }
    """
}
