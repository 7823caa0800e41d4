/** DINOv2: see the family itself. */
package io.tesserae.family.dinov2;
