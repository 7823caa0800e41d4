package io.tesserae.cli.run.agent;

import io.tesserae.cli.output.AnswerFile;
import io.tesserae.examples.generalist.GifFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The file that an episode is drawn into, if there is to be one; it is there when it is complete. */
final class Recording implements AutoCloseable {

    private final Optional<AnswerFile> file;

    private Recording(Optional<AnswerFile> file) {
        this.file = file;
    }

    /**
     * Makes sure that the file can be written, before anything is played.
     *
     * @throws io.tesserae.cli.console.CommandException if it cannot
     */
    static Recording to(Optional<Path> path) throws IOException {
        return new Recording(path.isEmpty() ? Optional.empty() : Optional.of(AnswerFile.open(path.get())));
    }

    /** Draws an episode, if somebody wants it. */
    void record(PlayedEpisode episode) {
        Film film = new Film(episode);
        file.ifPresent(answer -> answer.output().bytes(stream -> GifFile.write(stream, film, film.delay())));
    }

    /** Puts the file into its place. */
    void complete() throws IOException {
        if (file.isPresent()) {
            file.get().complete();
        }
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
