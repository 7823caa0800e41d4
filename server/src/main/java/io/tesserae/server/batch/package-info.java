/** From requests that come one by one to batches: {@link io.tesserae.server.batch.Batcher}. */
package io.tesserae.server.batch;
