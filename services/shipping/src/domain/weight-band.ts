/** Upper ends in grams. A parcel is priced as the heaviest of its band, so that what it costs is never more than what was asked. */
const ends = [100, 250, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 25_000, 31_500];
const beyondStep = 5_000;

/** The weight a parcel is priced at: grams, 100 for one that weighs nothing. Beyond 31.5 kg the carrier says whether it takes it. */
export function weightBand(grams: number): number {
  return ends.find((end) => grams <= end) ?? Math.ceil(grams / beyondStep) * beyondStep;
}
