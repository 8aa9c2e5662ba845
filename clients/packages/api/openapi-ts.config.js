// The types and calls of the interface, from its document; made by every build, so that they cannot be stale.
export default {
  input: '../openapi/v1.json',
  output: { path: 'packages/api/src/generated', clean: true },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
}
