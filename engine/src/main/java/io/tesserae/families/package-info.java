/** The list of the families: which models can be loaded. It names the families, and none of them names it. */
package io.tesserae.families;
