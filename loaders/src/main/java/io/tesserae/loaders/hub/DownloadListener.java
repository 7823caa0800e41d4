package io.tesserae.loaders.hub;

/** Told how a download goes on: of files by the thread that downloads, of warnings by any. */
public interface DownloadListener {

    /** Nobody listens. */
    DownloadListener NONE = new DownloadListener() {};

    /**
     * A file's bytes begin to arrive.
     *
     * @param file its name in the model
     * @param present bytes that an interrupted download left behind and that need not come again
     * @param size of the whole file, in bytes; -1 if the hub did not say
     */
    default void started(String file, long present, long size) {}

    /** So many bytes of the file are there now; fewer than before where the download had to begin anew. */
    default void reached(String file, long bytes) {}

    /** The whole file is there, and checked. */
    default void finished(String file) {}

    /** Something that the user should know and that is no failure, as one line: a retry, or a cached copy used instead. */
    default void warning(String message) {}
}
