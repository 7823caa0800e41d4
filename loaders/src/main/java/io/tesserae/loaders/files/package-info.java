/** Where the files of a checkpoint lie: a folder, a jar, or what an application brings; and the exception that names them. */
package io.tesserae.loaders.files;
