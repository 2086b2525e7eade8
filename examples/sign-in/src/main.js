// Starts the service for people: node src/main.js
import { startService } from "./service.js";

const service = await startService({ port: Number(process.env.PORT ?? 3000) });
console.log(`Notes at ${service.url}`);
