#!/usr/bin/env node
// The client in TypeScript, for use from a checkout (after `npm run build`) and where no native client could be built.
import '../dist/client.cjs';
