// What somebody asks for, while it is done.
export { type Doing, useDoing } from '@throughline/api'
