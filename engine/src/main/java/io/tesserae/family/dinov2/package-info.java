/** DINOv2, with and without registers, and its head: Oquab et al., arXiv 2304.07193. Not API. */
package io.tesserae.family.dinov2;
