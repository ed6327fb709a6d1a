/** The colour of the paper where CSS cannot say it: of the bars around a page, and of what is shown before it. */
export const paperColours = { light: '#f8f5ef', dark: '#161412' } as const
