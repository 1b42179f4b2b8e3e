/** Oak, of which handles, lids and frames are made. */
export const oak = '#c39a66';
