package io.tesserae.cli.train;

/** Lets options of {@code tesserae train} be written as transformers' scripts write them: {@code --learning_rate}. */
public final class UnderscoreNames {

    private UnderscoreNames() {}

    /** The same command with dashes in the options' names; as it is where it is no {@code train}. */
    public static String[] replaced(String... arguments) {
        String[] replaced = arguments.clone();
        boolean trains = false;
        for (int i = 0; i < replaced.length; i++) {
            String word = replaced[i];
            if (trains && word.startsWith("--")) {
                int end = word.indexOf('=') < 0 ? word.length() : word.indexOf('=');
                replaced[i] = word.substring(0, end).replace('_', '-') + word.substring(end);
            } else if (!trains && !word.startsWith("-")) {
                if (!word.equals("train")) {
                    return arguments;
                }
                trains = true;
            }
        }
        return replaced;
    }
}
