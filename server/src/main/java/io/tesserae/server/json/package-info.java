/** JSON as requests bring it and answers are written. */
package io.tesserae.server.json;
