/** DINOv3: Siméoni et al., arXiv 2508.10104. Not API. */
package io.tesserae.family.dinov3;
