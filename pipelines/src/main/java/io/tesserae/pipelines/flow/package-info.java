/** How far, and in which direction, every pixel moves from one picture to the next: optical flow, its files and its drawings. API. */
package io.tesserae.pipelines.flow;
