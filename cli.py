"""The front door of a checkout: the same commands as the installed `asl`.

python cli.py run definitions/orchestrator/r5.asl.json -i scenarios/orchestrator/request.json --mock mocks.orchestrator
python cli.py check definitions/orchestrator/r6.asl.json
python cli.py --help
"""

from asl_engine.cli import main

if __name__ == "__main__":
    main()
