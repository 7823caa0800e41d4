/** Models that join an encoder of pictures and a decoder of texts, each of a family of its own. Not API. */
package io.tesserae.family.visionencoderdecoder;
