/** What a request for each task looks like in JSON, and its answer, with the names of transformers' pipelines. */
package io.tesserae.server.task;
