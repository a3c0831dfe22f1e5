const BEGIN = "<!-- measured -->";
const END = "<!-- end of measured -->";

/** The page with another text between its two markers; throws where they do not stand in it once each, in order. */
export function replaceMeasured(page: string, measured: string): string {
  const [before, between, ...more] = page.split(`${BEGIN}\n`);
  const [, behind, ...evenMore] = between?.split(`${END}\n`) ?? [];
  if (before === undefined || behind === undefined || more.length > 0 || evenMore.length > 0) {
    throw new Error(`the page has to have the lines ${BEGIN} and ${END}, once each and in this order`);
  }
  return `${before}${BEGIN}\n\n${measured.trim()}\n\n${END}\n${behind}`;
}
