package io.tesserae.loaders.hub;

import io.tesserae.arguments.Arguments;
import java.util.regex.Pattern;

/**
 * Which model on the hub, and which version of it: {@code sentence-transformers/all-MiniLM-L6-v2}, {@code
 * distilbert/distilbert-base-uncased@714eb0f}, or the bare name of an old model, {@code bert-base-uncased}.
 *
 * <p>Source: {@code huggingface_hub/utils/_validators.py}.
 *
 * @param repository {@code organisation/name}, or {@code name}: letters, digits, {@code -}, {@code _}, {@code .}; at most 96
 *     characters
 * @param revision a branch, a tag, or a commit; {@link #MAIN} unless said otherwise
 */
public record ModelId(String repository, String revision) {

    /** The branch that is meant where no revision is given. */
    public static final String MAIN = "main";

    private static final int LONGEST_REPOSITORY = 96;
    private static final Pattern REPOSITORY = Pattern.compile("(\\w[\\w.-]*/)?\\w[\\w.-]*");
    private static final Pattern REVISION = Pattern.compile("[\\w.+-]+(/[\\w.+-]+)*");
    private static final int LONGEST_REVISION = 255;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** @throws IllegalArgumentException if the hub could have no such model or revision */
    public ModelId {
        Arguments.require(repository, "repository");
        Arguments.require(revision, "revision");
        if (!isRepository(repository)) {
            throw new IllegalArgumentException("\"" + repository + "\" is no name of a model on the hub: expected"
                    + " organisation/name or name, of letters, digits, '-', '_' and '.', at most " + LONGEST_REPOSITORY
                    + " characters");
        }
        if (!isRevision(revision)) {
            throw new IllegalArgumentException(
                    "\"" + revision + "\" is no revision of a model: expected a branch, a tag or a" + " commit");
        }
    }

    /**
     * Reads {@code organisation/name} or {@code organisation/name@revision}.
     *
     * @throws IllegalArgumentException if the hub could have no such model or revision
     */
    public static ModelId parse(String text) {
        Arguments.require(text, "text");
        int at = text.indexOf('@');
        return at < 0 ? new ModelId(text, MAIN) : new ModelId(text.substring(0, at), text.substring(at + 1));
    }

    /** Whether the revision is a full commit hash, and so will mean the same for ever. */
    public boolean isCommit() {
        return isCommit(revision);
    }

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    private static boolean isRepository(String repository) {
        return repository.length() <= LONGEST_REPOSITORY
                && REPOSITORY.matcher(repository).matches()
                && !repository.contains("--")
                && !repository.contains("..")
                && !repository.endsWith(".git")
                && !repository.endsWith("-")
                && !repository.endsWith(".");
    }

    private static boolean isRevision(String revision) {
        return revision.length() <= LONGEST_REVISION
                && REVISION.matcher(revision).matches()
                && !revision.contains("..")
                && !revision.startsWith("-");
    }

    /** As {@link #parse} reads it; the revision is left out where it is {@link #MAIN}. */
    @Override
    public String toString() {
        return revision.equals(MAIN) ? repository : repository + "@" + revision;
    }
}
