import { join } from 'node:path';
import { mavenJars } from '../java/maven-jars.mjs';

const kafka = mavenJars({
  ...{ title: 'Kafka', name: 'kafka', version: '4.3.0', setting: 'GUICHET_KAFKA_JARS' },
  pom: join(import.meta.dirname, 'pom.xml'),
});

/** See `mavenJars`. About 45 jars, 44 MB, 10 s. */
export const { jarsFolder, whatIsMissing, install: installKafka } = kafka;
